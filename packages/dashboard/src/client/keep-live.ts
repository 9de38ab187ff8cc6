import { takeOver } from './take-over.ts';

/** As the server sends it. */
interface View {
  readonly at: number;
  readonly sections: Readonly<Record<string, string>>;
  readonly isFinal: boolean;
}

/** The server tells something every second; after so long without anything, in ms, the page is not live any more. */
const SILENCE_MS = 10_000;
/**
 * A refused connection is tried again after so long, in ms, so that a page left open with an old password does not block
 * its address; a lost one the browser opens again by itself.
 */
const RETRY_MS = 15_000;

/** Takes over what the server sends, for as long as the page is open, and says so when nothing comes. */
export function keepLive(url: string): void {
  const liveness = document.getElementById('liveness');
  let lastAt = Date.now();
  let isOver = false;

  const tell = (isLive: boolean) => {
    if (liveness === null || liveness.hidden === isLive) return;
    liveness.hidden = isLive;
    liveness.textContent = isLive
      ? ''
      : `Not live since ${new Date(lastAt).toISOString().slice(11, 19)}: the dashboard does not answer. Trying again.`;
  };
  const open = () => {
    const source = new EventSource(url);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const view = JSON.parse(data) as View;
      for (const [id, html] of Object.entries(view.sections)) takeOver(id, html);
      lastAt = Date.now();
      tell(true);
      if (!view.isFinal) return;
      isOver = true;
      source.close();
    };
    source.onerror = () => {
      if (isOver) return;
      tell(false);
      if (source.readyState === EventSource.CLOSED) setTimeout(open, RETRY_MS);
    };
  };
  open();
  setInterval(() => {
    if (!isOver && Date.now() - lastAt > SILENCE_MS) tell(false);
  }, 1_000);
}
