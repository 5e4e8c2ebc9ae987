/**
 * Says the words of a prompt aloud, with the browser's own voice for the language. The provider's voice is another one,
 * so this is for the length, the rhythm and what a number or an abbreviation becomes; it stops at a second press.
 */

const button = document.getElementById("listen");
const synthesis = window.speechSynthesis;

function stop() {
  synthesis.cancel();
  button.setAttribute("aria-pressed", "false");
}

function start() {
  const words = document.querySelector("#preview .bubble-body")?.textContent.trim();
  if (!words) return;
  synthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(words);
  utterance.lang = button.dataset.language;
  utterance.addEventListener("end", stop);
  utterance.addEventListener("error", stop);
  button.setAttribute("aria-pressed", "true");
  synthesis.speak(utterance);
}

if (button && synthesis) {
  button.closest("[hidden]")?.removeAttribute("hidden");
  button.addEventListener("click", () => (button.getAttribute("aria-pressed") === "true" ? stop() : start()));
  addEventListener("pagehide", () => synthesis.cancel());
}
