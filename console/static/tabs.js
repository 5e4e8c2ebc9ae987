/** On a narrow screen the tabs scroll sideways: the one that is open is brought into sight. */

for (const tab of document.querySelectorAll(".tabs [aria-current], .rooms [aria-current]")) {
  tab.scrollIntoView({ inline: "center", block: "nearest", behavior: "instant" });
}
