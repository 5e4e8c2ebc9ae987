/* The movable clock in the bar. */

import { post } from "./control.js";
import { dayOf, offsetWords, timeOf } from "./words.js";

const MORNING_HOUR = 9;
const time = document.getElementById("clock-time");
const date = document.getElementById("clock-date");
const offset = document.getElementById("clock-offset");
let behind = 0; // milliseconds from the browser's clock to the sandbox's moved one

export const now = () => new Date(Date.now() + behind);

function draw() {
  const at = now();
  time.textContent = timeOf(at);
  time.dateTime = at.toISOString();
  date.textContent = dayOf(at);
}

export function showClock(clock) {
  behind = Date.parse(clock.now) - Date.now();
  const words = offsetWords(clock.offset_s);
  if (offset.textContent !== words) offset.textContent = words;
  offset.classList.toggle("is-moved", clock.offset_s !== 0);
  document.querySelector("[data-now]").disabled = clock.offset_s === 0;
  draw();
}

function untilMorning() {
  const morning = now();
  if (morning.getHours() >= MORNING_HOUR) morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return Math.ceil((morning - now()) / 1000);
}

export function startClock(onTrouble) {
  document.querySelector(".clock__moves").addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    let wish = { advance_s: Number(button.dataset.advance) };
    if ("morning" in button.dataset) wish = { advance_s: untilMorning() };
    if ("now" in button.dataset) wish = { offset_s: 0 };
    try {
      showClock(await post("/clock", wish));
      onTrouble("");
    } catch (error) {
      onTrouble(error.message);
    }
  });
  setInterval(draw, 1000);
}
