/** The composer's one file: chosen, dropped or pasted; named, checked and taken away again before it is sent. */

import { notify } from "./regions.js";
import { _ } from "./words.js";

const byId = (id) => document.getElementById(id);

/** Take the file away. */
export function detach() {
  const field = byId("reply-file");
  if (field) field.value = "";
  show();
}

/** Name what is attached, and give the words the room that is beside it. */
function show() {
  const field = byId("reply-file");
  const area = byId("reply-text");
  if (!field || !area) return;
  const [file] = field.files;
  byId("attached").hidden = !file;
  byId("attached-name").textContent = file ? file.name : "";
  byId("file-hint").hidden = Boolean(file);
  area.dataset.most ??= area.maxLength;
  area.maxLength = file ? field.dataset.mostText : area.dataset.most;
}

/** Put a dropped or pasted file into the field. */
function attach(files) {
  const field = byId("reply-file");
  if (!field || !files?.length) return false;
  const one = new DataTransfer();
  one.items.add(files[0]);
  field.files = one.files;
  choose(field);
  return true;
}

function choose(field) {
  const [file] = field.files;
  if (file && file.size > Number(field.dataset.most) * 1048576) {
    detach();
    return notify(_("“%(name)s” is too large: a file may have %(size)s MB here.", { name: file.name, size: field.dataset.most }));
  }
  show();
}

document.addEventListener("change", (event) => event.target.id === "reply-file" && choose(event.target));
document.addEventListener("click", (event) => {
  if (!event.target.closest("#detach")) return;
  detach();
  byId("reply-text")?.focus();
});
document.addEventListener("paste", (event) => {
  if (event.target.id === "reply-text" && attach(event.clipboardData?.files)) event.preventDefault();
});
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (!event.target.closest?.(".reply") || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "drop") attach(event.dataTransfer.files);
  });
}
addEventListener("zeroten:placed", show);
