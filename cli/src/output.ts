import { once } from 'node:events'

/** Writes to stdout and waits when the reader is slower. Resolves too when the reader has gone. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(() => undefined)
}

/** One JSON document on a line of its own. */
export async function printJson(value: unknown): Promise<void> {
  await print(`${JSON.stringify(value)}\n`)
}

/** Progress and remarks, for people. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}
