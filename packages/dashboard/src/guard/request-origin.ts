import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a `Host` names this machine itself. A page of another site can have its name answered with 127.0.0.1 (DNS
 * rebinding) and so talk to what listens there, but can't choose what the browser sends as `Host`.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** What a proxy adds to what it passes on. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Whether somebody at this machine itself asks, as far as can be seen: by its name, without a proxy in between, and not
 * from a page of another name, as behind a proxy that asks in its own.
 */
export function isFromThisMachine(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  return (
    isLoopbackHost(host) &&
    PROXY_HEADERS.every((name) => headers[name] === undefined) &&
    (origin === undefined || (URL.canParse(origin) && isLoopbackHost(new URL(origin).host)))
  );
}

/**
 * Whether a page of ours asked, as the browser tells: by `Sec-Fetch-Site`, or by `Origin` where that is not sent, as to
 * hosts without TLS. A browser sends the password along whoever asks, so that what changes something must be asked by us.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return (
    origin !== undefined &&
    host !== undefined &&
    URL.canParse(origin) &&
    new URL(origin).host === hostOf(host)
  );
}

/** As a URL writes it: in lower case. */
function hostOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).host : host;
}
