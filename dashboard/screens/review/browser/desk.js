// The desk: shows a draft, takes the keys, and goes on to the next draft at once. The server applies the presses in
// order; each carries the draft, the revision and the review state that were shown. One press is never sent as two:
// it has a number, and is sent again with the later ones until the server has confirmed it.

const OUTBOX = "draftmill.outbox";
const MOST_HELD = 60;
const deskStyle = new CSSStyleSheet();
const desks = new WeakMap();

function desk({ data, parentElement, setStateValue }) {
  const given = JSON.parse(new TextDecoder().decode(data));
  if (!desks.has(parentElement)) desks.set(parentElement, new Desk(parentElement, given));
  const one = desks.get(parentElement);
  one.setStateValue = setStateValue;
  one.receive(given);
}

desk.style = (css) => deskStyle.replaceSync(css);

desk.close = (parentElement) => {
  desks.get(parentElement)?.close();
  desks.delete(parentElement);
};

class Desk {
  constructor(root, given) {
    this.root = root;
    this.words = given.words;
    this.client = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
    this.number = 0;
    this.outbox = [];
    this.cards = new Map();
    this.at = null;
    this.reasonFor = null;
    this.message = given.message[0];
    this.given = given;
    this.answers = given.answers;
    this.keys = given.keys;
    root.adoptedStyleSheets = [deskStyle];
    this.draw();
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.resend();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    this.node.remove();
  }

  // What the server says.

  receive(given) {
    this.given = given;
    this.words = given.words;
    const before = this.card;
    for (const card of given.cards) this.cards.set(card.id, card);
    const confirmed = given.client === this.client ? given.applied : 0;
    const saved = this.outbox.find((press) => press.act === "save" && press.number <= confirmed);
    this.outbox = this.outbox.filter((press) => press.number > confirmed);
    this.store();
    if (given.jump !== this.jumped && !this.outbox.length) {
      this.jumped = given.jump;
      this.show(given.at);
    } else if (this.at === null) {
      this.show(this.next());
    } else {
      this.refresh();
    }
    this.say(before);
    this.receiveForm(given.form, saved);
    this.forget();
    if (this.lacks()) this.send();
  }

  /** The decisions that are neither confirmed nor undone, and the review states they leave. */
  unconfirmed() {
    const states = new Map();
    const decided = [];
    for (const press of this.outbox) {
      if (press.act === "approved" || press.act === "rejected") {
        states.set(press.draft, press.act);
        decided.push(press);
      } else if (press.act === "undo" && decided.length) {
        const undone = decided.pop();
        states.set(undone.draft, undone.was);
      }
    }
    return { states, decided };
  }

  reviewOf(card) {
    return this.unconfirmed().states.get(card.id) ?? card.review;
  }

  /** The server's message; without one, a change of the draft that is read is somebody else's. */
  say(before) {
    const [number, said, problem] = this.given.message;
    if (number === this.message) {
      const { card } = this;
      const changed = before && card?.id === before.id && (card.review !== before.review
        || card.revision !== before.revision);
      if (changed && !this.outbox.length) {
        this.tell(fill(this.words.changed, { draft: card.id, state: this.words.states[card.review] }), true);
      }
      return;
    }
    this.message = number;
    if (problem) this.tell(problem, true);
    else if (said && !this.outbox.length) this.tell(said);
  }

  receiveForm(form, saved) {
    if (this.outbox.some((press) => ["edit", "save", "close"].includes(press.act))) return;
    if (!form) {
      if (this.form && saved) forgetEdit(this.form.form.draft);
      if (this.form) this.endForm();
      return;
    }
    if (this.form && this.form.form.draft === form.draft) {
      if (saved || form.problem) this.form.problem.textContent = form.problem;
      return;
    }
    this.form = new Form(form, this.words, {
      save: (values) => this.press("save", { draft: form.draft, revision: form.revision, values }),
      close: () => { this.press("close", { draft: form.draft }); this.endForm(); },
    });
    this.paper.replaceChildren(this.form.node);
    this.head.hidden = true;
    this.toTop();
    this.form.focus();
  }

  endForm() {
    this.form = null;
    this.head.hidden = false;
    this.shown = null;
    this.refresh();
    this.buttons.approve.focus({ preventScroll: true });
  }

  // What is shown.

  get card() {
    return this.cards.get(this.at) ?? null;
  }

  next() {
    const skipped = this.outbox.filter((press) => press.act === "skip");
    const gone = new Set([...this.unconfirmed().decided, ...skipped].map((press) => press.draft));
    return [...(this.at === null ? [this.given.at] : []), ...this.given.ahead]
      .find((draft) => draft !== null && draft !== this.at && !gone.has(draft)) ?? null;
  }

  show(draft) {
    this.at = draft;
    this.since = performance.now();
    this.refresh();
    this.toTop();
  }

  refresh() {
    if (this.form) return;
    const card = this.card;
    const drawn = card && card.stamp;
    this.node.dataset.draft = this.at ?? "";
    this.node.dataset.pending = this.outbox.length;
    this.enable(card);
    if (this.shown === `${this.at}.${drawn}`) return;
    const typing = this.root.activeElement?.id === "dm-comment";
    if (typing && this.shown?.startsWith(`${this.at}.`)) return;
    this.shown = `${this.at}.${drawn}`;
    const waiting = this.at === null && !this.outbox.length ? [] : [make("p", { class: "dm-note" }, this.words.waiting)];
    this.paper.replaceChildren(...(card ? [drawCard(card, this.words, {
      comment: (text) => this.comment(text),
      fix: () => this.press("fix", { draft: this.at }),
    })] : waiting));
  }

  enable(card) {
    const { buttons, given } = this;
    const review = card && this.reviewOf(card);
    buttons.approve.disabled = !card || review === "approved";
    buttons.reject.disabled = !card || review === "rejected";
    buttons.edit.disabled = !card;
    buttons.next.disabled = this.next() === null;
    buttons.previous.disabled = !this.before();
    buttons.skip.hidden = !!card && review !== "pending";
    buttons.skip.disabled = !card;
    buttons.reopen.hidden = !buttons.skip.hidden;
    buttons.answers.disabled = !card || !card.hides;
    buttons.answers.setAttribute("aria-pressed", this.answers);
    buttons.undo.disabled = !given.undo && !this.outbox.length;
    buttons.undo.title = given.undo ? given.undo.words : "";
    this.unsaved.hidden = !unsavedEdits().length;
  }

  before() {
    return this.given.at === this.at ? this.given.before[0] : null;
  }

  toTop() {
    const main = this.root.host.closest("[data-testid=stMain]");
    const above = main ? this.node.getBoundingClientRect().top - main.getBoundingClientRect().top : 0;
    if (above < 0) main.scrollTop += above;
  }

  /** The bar never moves: its place and that of the message are there before there is anything to say. */
  draw() {
    const { words } = this;
    const key = (name, hint, act, css = "") => make("button", { type: "button", class: `dm-key ${css}`,
      "data-act": name, onclick: act }, make("span", {}, words[name]), make("kbd", { "aria-hidden": "true" }, hint));
    this.buttons = {
      approve: key("approve", "A", () => this.decide("approved"), "dm-primary"),
      reject: key("reject", "X", () => this.decide("rejected"), "dm-danger"),
      edit: key("edit", "E", () => this.edit()),
      previous: key("previous", "K", () => this.back()),
      next: key("next", "J", () => this.forward()),
      skip: key("skip", "S", () => this.skip()),
      reopen: key("reopen", "B", () => this.press("reopen", { draft: this.at })),
      answers: key("answers", "H", () => this.toggleAnswers()),
      undo: key("undo", "U", () => this.undo()),
      help: key("help", "?", () => this.help(), "dm-help"),
    };
    this.bar = make("div", { class: "dm-actions", role: "toolbar", "aria-label": words.actions },
      Object.values(this.buttons));
    this.status = make("div", { class: "dm-status", role: "status", "aria-live": "polite" });
    this.why = make("div", { class: "dm-why" });
    this.unsaved = make("button", { type: "button", class: "dm-key dm-unsaved", hidden: true,
      onclick: () => this.edit(unsavedEdits()[0]) }, words.continue);
    this.paper = make("div", { class: "dm-sheet" });
    this.head = make("div", { class: "dm-sticky" }, this.bar,
      make("div", { class: "dm-messages" }, this.status, this.why, this.unsaved));
    this.node = make("div", { class: "dm-desk" }, this.head, this.paper);
    this.root.append(this.node);
    const [unsaved] = unsavedEdits();
    if (unsaved) this.tell(fill(words.unsaved, { draft: unsaved }));
  }

  tell(text, problem = false) {
    this.status.textContent = text;
    this.status.classList.toggle("dm-problem", problem);
  }

  askWhy(draft) {
    this.reasonFor = draft;
    if (draft === null) return this.why.replaceChildren();
    const words = make("input", { type: "text", class: "dm-words", "aria-label": this.words.inWords, dir: "auto",
      placeholder: this.words.inWords, onkeydown: (event) => {
        if (event.key === "Enter") { this.reason(draft, words.value); this.askWhy(null); }
        if (event.key === "Escape") words.blur();
        event.stopPropagation();
      } });
    this.why.replaceChildren(...this.words.reasonList.map(([reason, text], place) => make("button", { type: "button",
      class: "dm-key dm-small", "data-reason": reason, onclick: () => this.reason(draft, reason) }, text,
    make("kbd", {}, String(place + 1)))), words);
  }

  // What the person does.

  key(event) {
    if (!this.keys && event.key !== "?") return;
    const key = keyOf(event);
    if (key === null || this.form || this.root.querySelector("dialog")) return;
    if (event.timeStamp < this.since) return; // made on the draft before this one
    const acts = { a: "approve", x: "reject", e: "edit", k: "previous", j: "next", s: "skip", b: "reopen",
      h: "answers", u: "undo", "?": "help" };
    const button = this.buttons[acts[key]];
    if (button) { if (!button.disabled && !button.hidden) button.click(); }
    else if (key === "g") this.jump();
    else if (key === "m" && this.card?.fix) this.press("fix", { draft: this.at });
    else if (key === "n" && this.card) this.root.getElementById("dm-comment").focus();
    else if (/^[1-5]$/.test(key) && this.reasonFor) this.reason(this.reasonFor, this.words.reasonList[key - 1][0]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  decide(verdict) {
    const { card } = this;
    if (!card || this.reviewOf(card) === verdict) return;
    const { id: draft, revision } = card;
    const was = this.reviewOf(card);
    const next = this.next();
    this.press(verdict, { draft, revision, was }, next);
    this.tell(fill(this.words[verdict], { draft }));
    if (verdict === "rejected") this.askWhy(draft);
    this.show(next);
  }

  undo() {
    const last = this.unconfirmed().decided.pop();
    this.press("undo", { batch: this.outbox.length ? 0 : this.given.undo?.batch });
    this.tell("");
    if (last) this.show(last.draft);
  }

  skip() {
    const draft = this.at;
    const next = this.next();
    this.press("skip", { draft }, next ?? draft);
    this.tell(fill(this.words.skipped, { draft }));
    this.show(next ?? draft);
  }

  forward() { this.move(this.next()); }
  back() { this.move(this.before()); }

  move(draft) {
    if (!draft) return;
    this.tell("");
    this.askWhy(null);
    this.show(draft);
    this.send();
  }

  edit(draft = this.at) {
    if (draft) this.press("edit", { draft });
  }

  reason(draft, text) {
    if (text.trim()) this.press("reason", { draft, text });
    for (const one of this.why.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", one.dataset.reason === text);
    }
  }

  comment(text) {
    this.press("comment", { draft: this.at, text });
  }

  toggleAnswers() {
    this.answers = !this.answers;
    setCookie("draftmill_answers", this.answers ? "1" : "0");
    this.send();
    this.refresh();
  }

  jump() {
    const { words } = this;
    const number = make("input", { type: "number", min: 1, id: "dm-number", "aria-label": words.number });
    const form = make("form", { onsubmit: (event) => {
      event.preventDefault();
      if (Number(number.value) > 0) this.press("go", { draft: Math.floor(Number(number.value)) });
      opened.close();
    } }, make("label", { for: "dm-number" }, words.number), number, make("button", { class: "dm-key dm-primary" }, words.go));
    const opened = dialog(this.node, words.jump, words, form);
    number.focus();
  }

  help() {
    const { words } = this;
    const box = make("input", { type: "checkbox", onchange: () => {
      this.keys = box.checked;
      setCookie("draftmill_keys", this.keys ? "1" : "0");
      this.send();
    } });
    box.checked = this.keys;
    dialog(this.node, words.help, words, make("label", { class: "dm-switch" }, box, words.keysOn), keyTable(words));
  }

  // What goes to the server.

  press(act, values, at = this.at) {
    if (act !== "reason") this.askWhy(null);
    this.number += 1;
    this.outbox.push({ number: this.number, act, ...values });
    this.store();
    this.send(at);
  }

  send(at = this.at) {
    const have = Object.fromEntries([...this.cards].map(([draft, card]) => [draft, card.stamp]));
    this.node.dataset.pending = this.outbox.length;
    this.setStateValue("sent", { client: this.client, at, answers: this.answers, keys: this.keys, have,
      presses: this.outbox });
  }

  /** Cards of the window that are missing or out of date. */
  lacks() {
    const lacking = Object.entries(this.given.stamps).some(([draft, stamp]) =>
      this.cards.get(Number(draft))?.stamp !== stamp);
    const asked = JSON.stringify(this.given.stamps);
    const again = lacking && asked !== this.asked;
    this.asked = lacking ? asked : null;
    return again;
  }

  forget() {
    const needed = new Set([this.at, ...Object.keys(this.given.stamps).map(Number)]);
    for (const draft of this.cards.keys()) {
      if (this.cards.size <= MOST_HELD) return;
      if (!needed.has(draft)) this.cards.delete(draft);
    }
  }

  store() {
    sessionStorage.setItem(OUTBOX, JSON.stringify({ client: this.client, presses: this.outbox }));
  }

  /** Presses of the page before that the server has not confirmed: a decision is sent again, the rest is not. */
  resend() {
    const left = JSON.parse(sessionStorage.getItem(OUTBOX) || "null");
    const presses = (left?.presses ?? []).filter((press) => ["approved", "rejected"].includes(press.act));
    for (const press of presses) {
      this.number += 1;
      this.outbox.push({ ...press, number: this.number });
    }
    if (presses.length) queueMicrotask(() => this.send(null));
  }
}
