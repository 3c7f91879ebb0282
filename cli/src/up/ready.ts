import { setTimeout as sleep } from 'node:timers/promises'
import { CommandError } from '../command-error.js'

const WITHIN_MS = 20_000

/** Resolves when the gateway says that every subgraph answers, and each further address answers too. */
export async function confirmReady(origin: string, others: readonly string[]): Promise<void> {
  const deadline = performance.now() + WITHIN_MS
  for (const address of [`${origin}/readyz?subgraphs=all`, ...others]) {
    let last = ''
    while (true) {
      const answer = await ask(address)
      if (answer.ok) break
      last = answer.said
      if (performance.now() > deadline)
        throw new CommandError('NOT_READY', `${address} was not ready within ${WITHIN_MS} ms: ${last}`)
      await sleep(20)
    }
  }
}

async function ask(address: string): Promise<{ ok: boolean; said: string }> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(3_000) })
    return { ok: answer.ok, said: await answer.text() }
  } catch (error) {
    return { ok: false, said: (error as Error).message }
  }
}
