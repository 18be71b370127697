// Shows a notification when a run that was watched here stops. The words are set as text.
const YEAR_S = 365 * 24 * 60 * 60;
const watched = new Map();

export default function ({ data }) {
  if (!("Notification" in window)) return;
  document.cookie = `${data.cookie}=${data.wanted ? 1 : 0}; path=/; max-age=${YEAR_S}; samesite=lax`;
  if (data.wanted && Notification.permission === "default") Notification.requestPermission();
  const went = watched.get(data.run);
  watched.set(data.run, data.goes);
  if (went && !data.goes && data.wanted && Notification.permission === "granted") {
    new Notification(data.title, { body: data.body, tag: `draftmill-${data.run}` });
  }
}
