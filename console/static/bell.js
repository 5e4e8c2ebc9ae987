/** The bell in the bar: how many alerts nobody has seen. Asked for again now and then, and when the tab is looked at. */

const bell = document.querySelector("[data-bell]");

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(bell.dataset.bell, { headers: { "X-Zeroten-Part": "bell" } });
    if (!answer.ok) return;
    const { unseen } = await answer.json();
    const badge = bell.querySelector(".bell-count");
    badge.textContent = unseen > 99 ? "99+" : String(unseen);
    badge.hidden = unseen === 0;
  } catch {
    // away for a moment; the next look tells
  }
}

if (bell) {
  setInterval(look, 20_000);
  document.addEventListener("visibilitychange", look);
}
