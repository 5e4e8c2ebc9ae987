/* A file that the business sent: a picture is seen in the chat, everything else is opened. */

import { make } from "./words.js";

export function drawFile(file, address) {
  const link = make("a", "attached", make("bdi", "", file.name || "File"));
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener";
  if (file.mime_type.startsWith("image/")) {
    const picture = make("img", "attached__picture");
    picture.src = address;
    picture.alt = file.name || "Picture";
    link.prepend(picture);
  }
  return link;
}
