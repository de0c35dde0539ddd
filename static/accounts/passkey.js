// Around allauth's own scripts for passkeys: shows the button only where it can work, and says when it did not.

const section = document.getElementById("passkey-section");
if (section && window.PublicKeyCredential) section.hidden = false;

const error = document.getElementById("passkey-error");

document.addEventListener("allauth.error", (event) => {
  if (!error) return;
  event.preventDefault(); // said on the page, not in the console
  error.classList.add("field-error");
  error.textContent = error.dataset.text;
});
