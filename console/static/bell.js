/** The bell in the bar: how many alerts nobody has seen. Asked for again now and then, and when the tab is looked at. */

const bell = document.querySelector("[data-bell]");
/** A page that nobody touches for so long asks no more: asking keeps the session alive. */
const untouchedMs = 30 * 60_000;
let touchedAt = Date.now();

async function look() {
  if (document.hidden || Date.now() - touchedAt > untouchedMs) return;
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
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (touchedAt = Date.now()));
}
