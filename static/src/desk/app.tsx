// The frame: navigation above, what is wrong in one line, the page below.

import { useEffect } from "preact/hooks";
import { signedOut } from "./api";
import { figures, overview } from "./live/desk";
import { LANGUAGES, language, speak, t } from "./messages";
import { onlyInMemory } from "./outbox";
import { Outbox, OutboxMark } from "./outbox/mark";
import { place } from "./router";
import { Shortcuts, shown } from "./shortcuts";
import { may, me, myName, online } from "./state";
import { StoryList } from "./stories/list";
import { Go } from "./ui/button";
import { later } from "./ui/later";
import { Menu } from "./ui/menu";
import { Toasts } from "./ui/toast";

const site = () => document.getElementById("app")?.dataset.site ?? "";

/** Comes after the list, or beside it where somebody begins in a story. */
export const storyPage = async () => (await import("./story/page")).StoryPage;
const StoryPage = later(storyPage);

export function App() {
  const { page, story } = place.value;
  useEffect(() => {
    document.querySelector<HTMLElement>("#content")?.focus({ preventScroll: true });
  }, [page, story]);
  useEffect(() => {
    const headline = overview.value?.find(({ slug }) => slug === story)?.headline;
    document.title = `${headline ?? t("app.stories")} – ${site()}`;
  }, [story, overview.value, language.value]);
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
      <Outbox />
      <Toasts />
      <Shortcuts />
    </>
  );
}

function Masthead() {
  const { page } = place.value;
  return (
    <header class="masthead">
      <Go to="/desk" class="masthead-name" dir="auto">
        {site()}
      </Go>
      <nav aria-label={t("app.menu")}>
        <Go to="/desk" aria-current={page === "stories" ? "page" : undefined}>
          {t("app.stories")}
        </Go>
        {may("people") && <a href="/desk/people">{t("app.people")}</a>}
        {may("people") && <a href="/desk/tokens">{t("app.tokens")}</a>}
      </nav>
      <OutboxMark />
      <div class="masthead-own">
        <Menu
          label={t("app.own", { name: myName.value })}
          icon="down"
          words={myName.value || t("app.account")}
          items={[
            {
              label: t("app.account"),
              icon: "people",
              act: () => location.assign("/desk/account"),
            },
            { label: t("app.shortcuts"), icon: "key", act: showShortcuts, keys: "?" },
            ...Object.entries(LANGUAGES)
              .filter(([tag]) => tag !== language.value)
              .map(([tag, { name }]) => ({ label: name, act: () => void speak(tag, true) })),
            { label: t("app.sign_out"), act: signOut },
          ]}
        />
      </div>
    </header>
  );
}

const showShortcuts = () => {
  shown.value = true;
};

/** As the form on the other pages does, so that the browser goes where the server sends it. */
function signOut(): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/desk/sign-out";
  document.body.append(form);
  form.submit();
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
