// The card of a draft and what is known of it, with the field for a comment.

function drawCard(card, words, { comment, fix, leave }) {
  const note = make("textarea", { id: "dm-comment", rows: 2, dir: "auto", onkeydown: (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      comment(note.value);
    } else if (event.key === "Escape") {
      leave();
    }
    event.stopPropagation();
  } });
  note.value = card.words;
  const side = make("aside", { class: "dm dm-side" }, card.side.map(build),
    card.fix ? make("button", { type: "button", class: "dm-key", onclick: fix }, words.fix, make("kbd", {}, "M")) : null,
    make("label", { for: "dm-comment", class: "dm-sub" }, words.commentOn, make("kbd", {}, "N")), note,
    make("button", { type: "button", class: "dm-key", onclick: () => comment(note.value) }, words.saveComment));
  return make("div", { class: "dm-columns" }, make("div", { class: "dm-paper" }, card.body.map(build)), side);
}
