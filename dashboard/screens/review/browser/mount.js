// Puts the desk into the page. Streamlit unmounts the component now and then and mounts it again while a person types:
// the desk and the one listener for its keys outlive that, so that a press between the two is not lost.

let opened = null;

function desk({ data, parentElement, setStateValue }) {
  const given = JSON.parse(new TextDecoder().decode(data));
  if (!opened?.stays()) opened = new Desk(given);
  opened.setStateValue = setStateValue;
  opened.attach(parentElement);
  opened.receive(given);
}

desk.style = (css) => deskStyle.replaceSync(css);

desk.close = (parentElement) => opened?.detach(parentElement);

document.addEventListener("keydown", (event) => {
  if (opened?.stays()) opened.key(event);
});
