// A file that a person sent: a picture is shown, everything else is offered for saving. Where the thread is reached by a
// secret in a header, as in the frame of a site, the browser cannot follow a link, so the bytes are fetched.

// words: the element below which the file hangs.
export function showFile(words, file, here, headers) {
  if (words.parentElement.querySelector(".attached")) return;
  const place = document.createElement("span");
  place.className = "attached";
  words.after(place);
  const address = `${here}/files/${encodeURIComponent(file.id)}`;
  const isFetched = Object.keys(headers).length > 0;
  const link = document.createElement("a");
  const name = document.createElement("bdi");
  link.className = "file";
  link.href = address;
  link.download = name.textContent = file.name;
  link.append(name, ` · ${file.kb} kB`);
  place.append(link);
  if (isFetched) link.addEventListener("click", (event) => save(event, address, headers, file.name));
  if (file.is_picture) showPicture(link, address, isFetched ? headers : null, file.name);
}

async function showPicture(link, address, headers, name) {
  const picture = new Image();
  picture.alt = name;
  try {
    picture.src = headers ? await asData(address, headers) : address;
    await picture.decode();
    link.prepend(picture);
  } catch {
    // the link below it stays
  }
}

async function save(event, address, headers, name) {
  event.preventDefault();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await fetched(address, headers));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function asData(address, headers) {
  const content = await fetched(address, headers);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", reject);
    reader.readAsDataURL(content);
  });
}

async function fetched(address, headers) {
  const reply = await fetch(address, { headers, credentials: "omit" });
  if (!reply.ok) throw new Error(String(reply.status));
  return reply.blob();
}
