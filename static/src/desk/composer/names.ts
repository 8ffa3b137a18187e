// Several names on one line, as the story's language joins them: "A, B and C".

const SAMPLES = ["\ue001", "\ue002", "\ue003"];

export function together(names: string[], language: string): string {
  try {
    return new Intl.ListFormat(language).format(names);
  } catch {
    return new Intl.ListFormat("en").format(names);
  }
}

/** The reverse: split at what the language puts between names. */
export function apart(line: string, language: string): string[] {
  const between = [together(SAMPLES, language), together(SAMPLES.slice(0, 2), language)]
    .flatMap((list) => list.split(/[\ue001-\ue003]/))
    .filter((words) => words.trim())
    // The longest first: ", and " before ", ".
    .sort((a, b) => b.length - a.length);
  return between
    .reduce((names, words) => names.flatMap((name) => name.split(words)), [line])
    .map((name) => name.trim())
    .filter(Boolean);
}
