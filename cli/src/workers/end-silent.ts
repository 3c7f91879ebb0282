import { setTimeout as wait } from 'node:timers/promises'

/**
 * So many questions in a row stay unanswered before a process counts as silent. A single one may be our own doing: to a
 * process that was suspended, all its time is up at once, before it reads what arrived.
 */
const BEATS = 3

export interface Watched {
  /** Rejects when there is no answer in time. */
  readonly ask: (withinMs: number) => Promise<unknown>
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => void
  /** How long it may answer nothing. */
  readonly silentMs: number
  /** Aborted when it ended. */
  readonly ended: AbortSignal
}

/**
 * Asks a process again and again while it lives. One that answers nothing for `silentMs` is asked to end, and is killed
 * when a third of that time later it has not. Resolves when it ended.
 */
export async function endSilent({ ask, kill, silentMs, ended }: Watched): Promise<void> {
  const beatMs = silentMs / BEATS
  const beat = () => wait(beatMs, undefined, { signal: ended })
  try {
    for (let missed = 0; missed < BEATS; ) {
      const isAnswered = ask(beatMs).then(
        () => true,
        () => false,
      )
      // One that cannot be asked at all is not asked in haste.
      await beat()
      missed = (await isAnswered) ? 0 : missed + 1
    }
    kill('SIGTERM')
    await beat()
    kill('SIGKILL')
  } catch (cause) {
    if (!ended.aborted) throw cause
  }
}
