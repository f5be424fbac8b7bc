/** Whether a status says "not now": Request Timeout, Too Early, Too Many Requests, Service Unavailable. */
export const isNotNow = (status: number): boolean => [408, 425, 429, 503].includes(status);
