import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a `Host` names this machine itself. Another site can resolve its own name to 127.0.0.1 (DNS rebinding), and its
 * page then reaches what listens there, but it can't choose what the browser sends as `Host`.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** The headers that a proxy adds to a request. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Whether a request comes from this machine itself, as far as its headers show: it names this machine, no proxy is in
 * between, and its page has no other name, as it has behind a proxy that asks in its own name.
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
 * Whether a page of ours sent a request. The browser says so in `Sec-Fetch-Site`, or in `Origin` where it does not send
 * the former, as to hosts without TLS. A browser adds the password to the requests of every site, so only our own pages
 * may ask for a change.
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

/** A host as a URL writes it: in lower case. */
function hostOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).host : host;
}
