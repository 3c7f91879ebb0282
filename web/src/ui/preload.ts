/** Fetches code that will be wanted soon. A failure is nobody's yet: it is fetched again, and told, when it is wanted. */
export function preload(load: () => Promise<unknown>): void {
  load().catch(() => undefined)
}
