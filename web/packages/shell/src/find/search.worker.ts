/// The thread in which regular expressions are matched; `searcher.ts` ends it where one takes too long. It holds nothing
/// and reaches nothing: its own response's policy allows no connection.

import { type Answer, type Asked, search } from "./search.js";

const reply = (answer: Answer) => globalThis.postMessage(answer);

globalThis.onmessage = (event: MessageEvent<Asked>) => {
  const { pattern, texts } = event.data;
  reply(texts.map((text) => search(text, pattern)));
};
reply([]);
