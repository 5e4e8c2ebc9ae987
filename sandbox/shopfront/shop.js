/* The shop's own script: who is signed in, buying, and its own chat that ends. */

const customer = document.getElementById("customer");
const said = document.getElementById("said");

// What the page may say before Zeroten's script has come.
window.Zeroten ||= { q: [], ...Object.fromEntries(["ask", "identify", "open"].map((name) => [name, (given) => Zeroten.q.push([name, given])])) };

const token = (chat) => async () => {
  const response = await fetch(`/shop/token?customer=${customer.value}&chat=${chat}`);
  if (!response.ok) throw new Error("no token");
  return response.text();
};

customer.value = sessionStorage.getItem("shop:customer") || "";
if (customer.value) Zeroten.identify({ identity: token(0) });
customer.addEventListener("change", () => {
  sessionStorage.clear(); // signing out and in again is a new visitor
  sessionStorage.setItem("shop:customer", customer.value);
  location.reload();
});

for (const button of document.querySelectorAll("[data-buys]")) {
  button.addEventListener("click", () => {
    button.textContent = "Ordered";
    Zeroten.ask({ topic: "checkout", identity: customer.value ? token(0) : undefined });
  });
}

document.getElementById("give-feedback").addEventListener("click", () => Zeroten.open());
document.getElementById("end-chat").addEventListener("click", ({ target }) => {
  target.disabled = true;
  const line = document.createElement("li");
  line.className = "note";
  line.textContent = "The chat has ended.";
  document.getElementById("chat").append(line);
  const identity = customer.value ? token(1) : undefined;
  dispatchEvent(new CustomEvent("shop:chat-ended", { detail: { topic: "delivery", identity } }));
});

addEventListener("zeroten", ({ detail }) => {
  const words = { opened: "The web chat opened.", closed: "The web chat closed.", quiet: "Zeroten decided not to ask." };
  said.textContent = words[detail.zeroten] || `The web chat was refused: ${detail.code}.`;
});
if (!document.querySelector("script[data-site]")) said.textContent = "No site is installed here yet.";
