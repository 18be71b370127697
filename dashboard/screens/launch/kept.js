// Keeps the Launch form in the browser's storage, so that a refresh loses nothing that was typed, sent or not.
const KEY = "draftmill.launch";
let typing = null;

function remember(values) {
  localStorage.setItem(KEY, JSON.stringify(values));
}

export default function ({ data, setTriggerValue }) {
  if (data.ask) {
    const kept = localStorage.getItem(KEY);
    if (kept) setTriggerValue("kept", kept);
    return;
  }
  remember(data.values);
  if (typing) document.removeEventListener("input", typing);
  typing = (event) => {
    if (event.target.closest?.(`.st-key-${data.topics}`)) {
      remember({ ...data.values, topics: event.target.value });
    }
  };
  document.addEventListener("input", typing);
  return () => document.removeEventListener("input", typing);
}
