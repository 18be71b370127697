// What the desk shows: the bar, the message, the card. What the keys do is in desk.js, which extends it.

class DeskView {
  get card() {
    return this.cards.get(this.at) ?? null;
  }

  next() {
    const gone = this.outbox.gone();
    return [...(this.at === null ? [this.given.at] : []), ...this.given.ahead]
      .find((draft) => draft !== null && draft !== this.at && !gone.has(draft)) ?? null;
  }

  show(draft) {
    this.at = draft;
    this.refresh();
    this.toTop();
  }

  /** Note when the draft and the text that are shown came into view: a key pressed before that is not for them. */
  seen() {
    const shown = `${this.at}.${this.card?.revision}`;
    if (shown === this.inView && this.since < Infinity) return;
    this.inView = shown;
    this.since = this.root ? performance.now() : Infinity;
  }

  refresh() {
    if (this.form) return;
    const card = this.card;
    const drawn = card ? card.stamp : this.outbox.length > 0;
    this.node.dataset.draft = this.at ?? "";
    this.node.dataset.pending = this.outbox.length;
    this.enable(card);
    this.seen();
    if (this.shown === `${this.at}.${drawn}`) return;
    const typing = this.root?.activeElement?.id === "dm-comment";
    if (typing && this.shown?.startsWith(`${this.at}.`)) return;
    this.shown = `${this.at}.${drawn}`;
    const ended = this.at === null && !this.outbox.length;
    const waiting = ended ? [] : [make("p", { class: "dm-note" }, this.words.waiting)];
    const held = this.paper.contains(this.root?.activeElement);
    this.paper.replaceChildren(...(card ? [drawCard(card, this.words, {
      comment: (text) => this.comment(text),
      fix: () => this.press("fix", { draft: this.at }),
      leave: () => this.holdFocus(),
    })] : waiting));
    if (held) this.holdFocus();
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
    if (this.root?.activeElement?.disabled) this.holdFocus();
  }

  /** The focus goes to the bar, never to the page, nor to a button that another Enter would press. */
  holdFocus() {
    this.bar.focus({ preventScroll: true });
  }

  before() {
    return this.given.at === this.at ? this.given.before[0] : null;
  }

  toTop() {
    const main = this.root?.host.closest("[data-testid=stMain]");
    const above = main ? this.node.getBoundingClientRect().top - main.getBoundingClientRect().top : 0;
    if (above < 0) main.scrollTop += above;
  }

  draw() {
    const { words } = this;
    this.buttons = drawButtons(words, {
      approve: () => this.decide("approved"),
      reject: () => this.decide("rejected"),
      edit: () => this.edit(),
      previous: () => this.move(this.before()),
      next: () => this.move(this.next()),
      skip: () => this.skip(),
      reopen: () => this.press("reopen", { draft: this.at }),
      answers: () => this.toggleAnswers(),
      undo: () => this.undo(),
      help: () => this.help(),
    });
    this.bar = make("div", { class: "dm-actions", role: "toolbar", tabindex: -1,
      "aria-label": words.actions },
      Object.values(this.buttons));
    this.status = make("div", { class: "dm-status", role: "status", "aria-live": "polite" });
    this.why = make("div", { class: "dm-why" });
    this.unsaved = make("button", { type: "button", class: "dm-key dm-unsaved", hidden: true,
      onclick: () => this.edit(unsavedEdits()[0]) }, words.continue);
    this.paper = make("div", { class: "dm-sheet" });
    this.head = make("div", { class: "dm-sticky" }, this.bar,
      make("div", { class: "dm-messages" }, this.status, this.why, this.unsaved));
    this.node = make("div", { class: "dm-desk" }, this.head, this.paper);
    this.root?.append(this.node);
    const [unsaved] = unsavedEdits();
    if (unsaved) this.tell(fill(words.unsaved, { draft: unsaved }));
  }

  redraw(words) {
    this.words = words;
    this.node.remove();
    this.form = this.shown = null;
    this.draw();
  }

  tell(text, problem = false) {
    this.status.textContent = text;
    this.status.classList.toggle("dm-problem", problem);
  }

  askWhy(draft) {
    this.reasonFor = draft;
    const asked = draft === null ? []
      : drawReasons(this.words, (text) => this.reason(draft, text), () => this.askWhy(null),
        () => this.holdFocus());
    const held = this.why.contains(this.root?.activeElement);
    this.why.replaceChildren(...asked);
    if (held) this.holdFocus();
  }
}
