// Passkeys: each form says what it is for; the browser's own conversation stands between our two.

type Purpose = "sign-in" | "confirm" | "register";

const ADDRESSES: Record<Purpose, string> = {
  "sign-in": "/desk/sign-in/passkey",
  confirm: "/desk/confirm/passkey",
  register: "/desk/account/passkeys",
};

interface Begun {
  conversation: string;
  options: PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;
}

const ask = async (address: string, body: object): Promise<Response> => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    const problem = (await answer.json().catch(() => ({}))) as { type?: string; detail?: string };
    if (problem.type === "/problems/not-confirmed") {
      location.assign(`/desk/confirm?next=${encodeURIComponent(location.pathname)}`);
    }
    throw new Error(problem.detail ?? "That did not work. Try again.");
  }
  return answer;
};

const answered = async (purpose: Purpose, begun: Begun): Promise<Credential | null> => {
  if (purpose === "register") {
    const options = begun.options as PublicKeyCredentialCreationOptionsJSON;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  const options = begun.options as PublicKeyCredentialRequestOptionsJSON;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
};

const converse = async (form: HTMLFormElement, purpose: Purpose): Promise<void> => {
  const address = ADDRESSES[purpose];
  const begun = (await (await ask(`${address}/begin`, {})).json()) as Begun;
  const credential = await answered(purpose, begun);
  if (!(credential instanceof PublicKeyCredential)) throw new Error("No passkey was chosen.");
  const name = new FormData(form).get("name") ?? "";
  await ask(`${address}/finish`, {
    conversation: begun.conversation,
    response: credential.toJSON(),
    name,
  });
};

const said = (error: unknown): string => {
  // What a browser says when its own dialogue was closed is no trouble worth its words.
  if (error instanceof DOMException) return "It was not finished. Try again, or use your password.";
  return error instanceof Error ? error.message : "That did not work. Try again.";
};

const listen = (form: HTMLFormElement): void => {
  const purpose = form.dataset.passkey as Purpose;
  const trouble = form.querySelector<HTMLElement>(".trouble");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (trouble) trouble.textContent = "";
    try {
      await converse(form, purpose);
      location.assign(form.dataset.next || location.pathname);
    } catch (error) {
      if (trouble) trouble.textContent = said(error);
    }
  });
};

if ("PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) listen(form);
}
