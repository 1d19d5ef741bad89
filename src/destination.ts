/** One port of one host. */
export interface Destination {
  /** As URLs have it: in lower case, an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

const HIGHEST_PORT = 65_535;

/**
 * Reads `host:port`, as `network` of a script lists it and an HTTP client asks for it: an exact host name or an address,
 * IPv6 in brackets (RFC 3986, 3.2). Undefined for everything else: no wildcards, no port left out.
 */
export function parseDestination(text: string): Destination | undefined {
  const [, name = '', digits] = /^([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]):([1-9]\d{0,4})$/i.exec(text) ?? [];
  const [host, port] = [URL.parse(`http://${name}`)?.hostname, Number(digits)];
  return host === undefined || host === '' || !(port <= HIGHEST_PORT) ? undefined : { host, port };
}

/** `host:port`. */
export const formatDestination = ({ host, port }: Destination): string => `${host}:${port}`;
