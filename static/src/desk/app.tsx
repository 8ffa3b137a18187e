// The frame: navigation above, what is wrong in one line, the page below.

import { useEffect } from "preact/hooks";
import { signedOut } from "./api";
import { figures } from "./live/desk";
import { t } from "./messages";
import { onlyInMemory } from "./outbox";
import { OutboxMark } from "./outbox/mark";
import { place } from "./router";
import { Shortcuts } from "./shortcuts";
import { may, me, myName, online } from "./state";
import { StoryList } from "./stories/list";
import { StoryPage } from "./story/page";
import { Go } from "./ui/button";
import { Toasts } from "./ui/toast";

export function App() {
  const { page, story } = place.value;
  useEffect(() => {
    document.querySelector<HTMLElement>("#content")?.focus({ preventScroll: true });
  }, [page, story]);
  return (
    <>
      <a class="skip" href="#content">
        {t("app.skip")}
      </a>
      <Masthead />
      <Trouble />
      <main id="content" tabIndex={-1}>
        {page === "story" ? <StoryPage key={story} slug={story} /> : <StoryList />}
      </main>
      <Toasts />
      <Shortcuts />
    </>
  );
}

function Masthead() {
  return (
    <header class="masthead">
      <Go to="/desk" class="masthead-name">
        {document.getElementById("app")?.dataset.site}
      </Go>
      <nav aria-label={t("app.menu")}>
        <Go to="/desk" aria-current={place.value.page === "stories" ? "page" : undefined}>
          {t("app.stories")}
        </Go>
        {may("people") && <a href="/desk/people">{t("app.people")}</a>}
        {may("people") && <a href="/desk/tokens">{t("app.tokens")}</a>}
        <OutboxMark />
        <a href="/desk/account">{myName.value || t("app.account")}</a>
      </nav>
    </header>
  );
}

/** What stands in the way of publishing, said where it cannot be overlooked. */
function Trouble() {
  if (signedOut.value) {
    return (
      <p class="trouble-line" role="alert">
        {t("app.signed_out")}{" "}
        <a href={`/desk/sign-in?next=${encodeURIComponent(location.pathname)}`}>
          {t("app.sign_in")}
        </a>
      </p>
    );
  }
  const words = onlyInMemory.value
    ? t("outbox.memory")
    : !online.value
      ? t("connection.offline")
      : figures.value?.store === "out of reach" && t("store.away");
  return (
    <p class="trouble-line" role="status" hidden={!words || !me.value}>
      {words}
    </p>
  );
}
