// The keys, and the overlay that shows them.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

/** The act of a key press: null while somebody types, holds a modifier, or has a dialog open. */
function keyOf(event) {
  const path = event.composedPath();
  const typing = path[0] instanceof Element && path[0].closest(TYPING);
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return null;
  if (document.querySelector("[role=dialog]")) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function keyTable(words) {
  const rows = [["A", words.approve], ["X", words.reject], ["1 – 5", words.firstKeys], ["E", words.edit],
    ["Ctrl+S", words.saveKey], ["Esc", words.escKey], ["J", words.next], ["K", words.previous], ["S", words.skip],
    ["B", words.reopen], ["H", words.answers], ["U", words.undo], ["M", words.fix], ["N", words.comment],
    ["G", words.jump], ["?", words.help]];
  return make("table", { class: "dm-facts" },
    rows.map(([key, text]) => make("tr", {}, make("th", {}, make("kbd", {}, key)), make("td", {}, text))));
}

/** A modal dialog with these children; Esc and its button close it. */
function dialog(root, title, words, ...children) {
  const closing = make("button", { type: "button", class: "dm-key", onclick: () => made.close() }, words.close,
    make("kbd", {}, "Esc"));
  const made = make("dialog", { class: "dm-dialog", "aria-label": title, onclose: () => made.remove(),
    onkeydown: (event) => event.stopPropagation() }, make("h2", {}, title), children, closing);
  root.append(made);
  made.showModal();
  return made;
}
