import { messageOf } from './errors.js'

/** Why a part cannot serve now, or undefined when it can. A check that throws is a reason too. */
export type HealthCheck = () => string | undefined | Promise<string | undefined>

export interface HealthReading {
  readonly ready: boolean
  /** Reason by part, for the parts that are not ready. */
  readonly unready: Readonly<Record<string, string>>
}

export interface Health {
  add(part: string, check: HealthCheck): void
  /** Asks every part. A part that does not answer within a second is not ready. */
  read(): Promise<HealthReading>
}

const CHECK_MS = 1_000

export function createHealth(): Health {
  const checks = new Map<string, HealthCheck>()
  return {
    add: (part, check) => void checks.set(part, check),
    async read() {
      const answers = await Promise.all(
        [...checks].map(async ([part, check]) => [part, await ask(check)] as const),
      )
      const unready = Object.fromEntries(
        answers.flatMap(([part, reason]) => (reason === undefined ? [] : [[part, reason]])),
      )
      return { ready: Object.keys(unready).length === 0, unready }
    },
  }
}

async function ask(check: HealthCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer in ${CHECK_MS} ms`), CHECK_MS)
  })
  try {
    return await Promise.race([Promise.resolve().then(check), late])
  } catch (thrown) {
    return messageOf(thrown)
  } finally {
    clearTimeout(timer)
  }
}
