// Blind pairs: shows two drafts, takes the keys, and goes on to the next pair at once. The server applies the presses in
// order; each names its pair, so one that is sent again changes nothing.

const PAIR_KEYS = { 1: "left", 2: "right", 0: "neither", "=": "both" };
const pairStyle = new CSSStyleSheet();
let openPairs = null;

class PairBox extends Outbox {
  /** Of the page before this one: an answer is sent again, because it names its pair; an undo is not. */
  left() {
    let left = null;
    try {
      left = JSON.parse(sessionStorage.getItem("draftmill.pairs"));
    } catch {
      return [];
    }
    const answers = (left ?? []).filter((press) => press.act === "answer");
    return answers.map((press) => ({ ...press, number: this.number += 1 }));
  }

  store() {
    sessionStorage.setItem("draftmill.pairs", JSON.stringify(this.presses));
  }

  /** The pairs whose answers wait to be confirmed and are not taken back, and how many undos concern older answers. */
  waiting() {
    const answered = [];
    let older = 0;
    for (const press of this.presses) {
      if (press.act === "answer") answered.push(press.pair);
      else if (answered.length) answered.pop();
      else older += 1;
    }
    return { answered, older };
  }
}

class Pairs {
  constructor(given) {
    this.words = given.words;
    this.outbox = new PairBox();
    this.cards = new Map();
    this.draw();
  }

  attach(root) {
    if (this.root === root) return;
    this.root = root;
    root.adoptedStyleSheets = [pairStyle];
    root.append(this.node);
    if (this.outbox.length) queueMicrotask(() => this.send());
  }

  detach(root) {
    if (this.root !== root) return;
    this.root = null;
    this.node.remove();
  }

  receive(given) {
    if (given.words.left !== this.words.left) {
      this.words = given.words;
      this.shown = null;
      const old = this.node;
      this.draw();
      old.replaceWith(this.node);
    }
    this.given = given;
    for (const pair of given.pairs) this.cards.set(pair.id, pair);
    this.outbox.confirm(given.client === this.outbox.client ? given.applied : 0);
    this.refresh();
  }

  /** The pair that is shown: the first one given that is not answered here. */
  next() {
    const { answered } = this.outbox.waiting();
    const back = this.back;
    if (back !== null && !answered.includes(back)) return this.cards.get(back) ?? null;
    return this.given.pairs.find((pair) => !answered.includes(pair.id)) ?? null;
  }

  refresh() {
    if (this.outbox.waiting().answered.includes(this.back)) this.back = null;
    if (!this.outbox.length) this.back = null;
    const pair = this.next();
    const { answered, older } = this.outbox.waiting();
    const done = this.given.mine + answered.length - older;
    this.node.dataset.pair = pair?.id ?? "";
    this.node.dataset.pending = this.outbox.length;
    this.node.dataset.done = done;
    for (const [choice, button] of Object.entries(this.buttons)) {
      button.disabled = choice === "undo" ? done <= 0 : !pair;
    }
    if (this.root?.activeElement?.disabled) this.buttons.undo.focus();
    const all = fill(this.words.progress, { done: this.given.done + answered.length - older, all: this.given.all });
    this.count.textContent = all;
    this.meter.value = this.given.done + answered.length - older;
    this.meter.max = Math.max(1, this.given.all);
    if (this.shown === (pair?.id ?? null) && this.shown !== null) return;
    this.shown = pair?.id ?? null;
    this.since = performance.now();
    const said = this.outbox.length ? this.words.waiting : this.words.finished;
    this.sheet.replaceChildren(...(pair ? [this.side(pair.left, "1"), this.side(pair.right, "2")]
      : [make("p", { class: "dm-note" }, said)]));
  }

  side(node, key) {
    return make("section", { class: "dm-paper", "aria-label": fill(this.words.draft, { key }) },
      make("div", { class: "dm-sidehead" }, make("kbd", {}, key)), build(node));
  }

  draw() {
    const { words } = this;
    const button = (choice, key, css = "") => make("button", { type: "button", class: `dm-key ${css}`,
      "data-act": choice, onclick: () => (choice === "undo" ? this.undo() : this.answer(choice)) },
    make("span", {}, words[choice]), make("kbd", { "aria-hidden": "true" }, key));
    this.back ??= null;
    this.buttons = { left: button("left", "1", "dm-primary"), right: button("right", "2", "dm-primary"),
      both: button("both", "="), neither: button("neither", "0"), undo: button("undo", "U") };
    this.count = make("span", { class: "dm-status", role: "status" });
    this.meter = make("progress", { "aria-label": words.progressLabel });
    this.sheet = make("div", { class: "dm-pair" });
    this.node = make("div", { class: "dm-pairs" }, make("div", { class: "dm-sticky" },
      make("div", { class: "dm-row", role: "toolbar", "aria-label": words.toolbar }, Object.values(this.buttons),
        this.meter, this.count)), this.sheet);
  }

  key(event) {
    const key = keyOf(event);
    if (key === null || !this.root) return;
    if (event.timeStamp < this.since) return; // made on the pair before this one
    const button = this.buttons[PAIR_KEYS[key] ?? (key === "u" ? "undo" : "")];
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    if (!button.disabled) button.click();
  }

  answer(choice) {
    const pair = this.next();
    if (!pair) return;
    this.press({ act: "answer", pair: pair.id, choice });
  }

  undo() {
    const { answered } = this.outbox.waiting();
    this.back = answered.at(-1) ?? null;
    this.press({ act: "undo" });
  }

  press({ act, ...values }) {
    this.outbox.add(act, values);
    this.send();
    this.refresh();
  }

  send() {
    this.setStateValue("sent", { client: this.outbox.client, presses: this.outbox.presses,
      sending: this.outbox.sending(() => this.root && this.send()) });
  }
}

function showPairs({ data, parentElement, setStateValue }) {
  const given = JSON.parse(new TextDecoder().decode(data));
  if (openPairs?.pairing !== given.pairing) {
    openPairs = new Pairs(given);
    openPairs.pairing = given.pairing;
  }
  openPairs.setStateValue = setStateValue;
  openPairs.attach(parentElement);
  openPairs.receive(given);
}

document.addEventListener("keydown", (event) => openPairs?.key(event));

/** Without its cookie the browser is another reviewer after a reload, and its pairs are somebody else's. */
function keepCookie(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=34560000; SameSite=Lax${secure}`;
}

export default function ({ data }) {
  for (const [name, value] of Object.entries(data.cookies)) keepCookie(name, value);
  globalThis.draftmillPairsReady ??= new Promise((done) => { globalThis.draftmillPairsLoaded = done; });
  globalThis.draftmillPairs ??= { show: showPairs, close: (parent) => openPairs?.detach(parent) };
  pairStyle.replaceSync(data.css);
  globalThis.draftmillPairsLoaded();
}
