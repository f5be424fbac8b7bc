import type { Attributes } from '@opentelemetry/api';
import { boundedValues, OTHER } from './bounded-values.ts';

/** The methods of the semantic conventions: RFC 9110, RFC 5789 and QUERY. Every other one is `_OTHER`. */
const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY', 'TRACE'];
const MOST_ORIGINS = 100;

/** Makes the attributes of a request: where it went, and how. */
export interface RequestAttributes {
  /** Servers beyond the first 100 are counted as one. */
  server(origin: string): Attributes;
  method(method: string): Attributes;
}

export function requestAttributes(): RequestAttributes {
  const origins = boundedValues(MOST_ORIGINS);
  return {
    server(origin) {
      const bounded = origins(origin);
      if (bounded === OTHER) return { 'server.address': OTHER };
      const url = URL.parse(origin);
      if (!url) return {};
      const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
      // As in RFC 3986, and without the brackets that it puts around IPv6.
      return { 'server.address': url.hostname.replace(/^\[(.*)\]$/, '$1'), 'server.port': port };
    },
    method(method) {
      const upper = method.toUpperCase();
      return { 'http.request.method': METHODS.includes(upper) ? upper : OTHER };
    },
  };
}
