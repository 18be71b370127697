// Keeps the Launch form in the browser's storage, so that a refresh loses nothing that was typed, sent or not.
const KEY = "draftmill.launch";
let typing = null;

export default function ({ data, setTriggerValue }) {
  const remember = (values) => localStorage.setItem(KEY, JSON.stringify(values));
  if (typing) document.removeEventListener("input", typing);
  typing = (event) => {
    if (event.target.closest?.(`.st-key-${data.topics}`)) {
      remember({ ...data.values, topics: event.target.value });
    }
  };
  document.addEventListener("input", typing);

  const kept = data.ask ? localStorage.getItem(KEY) : null;
  if (kept) setTriggerValue("kept", kept);
  else remember(data.values);
  return () => document.removeEventListener("input", typing);
}
