/* Times and small words, in the language and zone of whoever looks. */

const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const clockDate = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "long" });

export const timeOf = (at) => clockTime.format(at);
export const dayOf = (at) => clockDate.format(at);
export const dayKey = (at) => `${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`;

export function offsetWords(seconds) {
  if (seconds === 0) return "real time";
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [
    [Math.floor(minutes / 1440), "d"],
    [Math.floor((minutes % 1440) / 60), "h"],
    [minutes % 60, "min"],
  ];
  const words = parts.filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`);
  return `${words.join(" ") || `${Math.abs(seconds)} s`} ${seconds > 0 ? "ahead" : "behind"}`;
}

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/* A text with its web addresses as links; everything else stays text. */
export function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g)) {
    nodes.push(text.slice(end, match.index));
    const link = make("a", "", match[0]);
    link.href = match[0];
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    nodes.push(link);
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes;
}
