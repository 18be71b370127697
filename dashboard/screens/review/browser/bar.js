// The bar of buttons. It never moves: every button has its place, and the message below has its own line.

const KEYS = { approve: "A", reject: "X", edit: "E", previous: "K", next: "J", skip: "S", reopen: "B", answers: "H",
  undo: "U", help: "?" };
const LOOKS = { approve: "dm-primary", reject: "dm-danger", help: "dm-help" };

/** The buttons by name; `acts` has a function for each. */
function drawButtons(words, acts) {
  return Object.fromEntries(Object.entries(KEYS).map(([name, key]) => [name, make("button", { type: "button",
    class: `dm-key ${LOOKS[name] ?? ""}`, "data-act": name, onclick: acts[name] }, make("span", {}, words[name]),
  make("kbd", { "aria-hidden": "true" }, key))]));
}

/** The question after a rejection: a button a reason, and a field for words; `give(text)` is called with either. */
function drawReasons(words, give, close, leave) {
  const own = make("input", { type: "text", class: "dm-words", "aria-label": words.inWords, dir: "auto",
    placeholder: words.inWords, onkeydown: (event) => {
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault(); // the focus goes elsewhere
        give(own.value);
        close();
      }
      if (event.key === "Escape") leave();
      event.stopPropagation();
    } });
  const buttons = words.reasonList.map(([reason, text], place) => make("button", { type: "button",
    class: "dm-key dm-small", "data-reason": reason, onclick: () => give(reason) }, text,
  make("kbd", { "aria-hidden": "true" }, String(place + 1))));
  return [...buttons, own];
}
