// The hosted page with script: its address is the right to its thread.

import { startChat } from "./chat.js";

const { last, tag, state } = JSON.parse(document.getElementById("chat").dataset.config);
const here = location.pathname;
startChat({ here, headers: {}, name: `zeroten:${here}`, last, tag, state, gone: () => location.reload() });
