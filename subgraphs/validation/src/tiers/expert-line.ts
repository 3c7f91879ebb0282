import type { Finding } from '../decision.js'

/** Consultations that may be open at once. */
const MAX_OPEN = 64
/** Calls that may wait for a place; beyond it the least urgent one is turned away. */
const MAX_WAITING = 256

/** How urgent a call is: what may do most harm goes first, then what looks most like an attack. */
export interface Urgency {
  readonly riskLevel: Finding['riskLevel']
  readonly score: number
}

export interface ExpertLine {
  /**
   * Runs a step when there is a place for it; the most urgent of those who wait is next. Answers undefined for one
   * that was turned away: the line is full of more urgent ones, or no place was free within `patienceMs`.
   */
  pass<T>(urgency: Urgency, patienceMs: number, step: () => Promise<T>): Promise<T | undefined>
  readonly open: number
  readonly waiting: number
}

export interface ExpertLineOptions {
  readonly maxOpen?: number
  readonly maxWaiting?: number
}

interface Waiting {
  readonly rank: number
  /** Told once: whether it may go in. */
  readonly tell: (mayGo: boolean) => void
}

/**
 * The line before the experts. Bounded at both ends and by time, so that it never wedges: each who waits is let in or
 * turned away within its patience, whatever those before it do, and a place is given back however its step ends.
 */
export function openExpertLine({
  maxOpen = MAX_OPEN,
  maxWaiting = MAX_WAITING,
}: ExpertLineOptions = {}): ExpertLine {
  let open = 0
  /** Most urgent first; of equals, who came first. */
  const line: Waiting[] = []

  const enter = (urgency: Urgency, patienceMs: number): boolean | Promise<boolean> => {
    if (open < maxOpen) {
      open += 1
      return true
    }
    return new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => {
        line.splice(line.indexOf(waiting), 1)
        resolve(false)
      }, patienceMs)
      const tell = (mayGo: boolean): void => {
        clearTimeout(timer)
        resolve(mayGo)
      }
      const waiting = { rank: rankOf(urgency), tell }
      line.splice(placeFor(line, waiting.rank), 0, waiting)
      if (line.length > maxWaiting) line.pop()?.tell(false)
    })
  }
  const leave = (): void => {
    const next = line.shift()
    // Who is next takes the place over: nobody who comes just now can slip in before.
    if (next === undefined) open -= 1
    else next.tell(true)
  }

  return {
    async pass(urgency, patienceMs, step) {
      const entered = enter(urgency, patienceMs)
      if (!(entered === true || (await entered))) return undefined
      try {
        return await step()
      } finally {
        leave()
      }
    },
    get open() {
      return open
    },
    get waiting() {
      return line.length
    },
  }
}

const RISKS = { LOW: 0, MEDIUM: 1, HIGH: 2, CRITICAL: 3 } as const satisfies Record<
  Finding['riskLevel'],
  number
>
/** Above any score that a call can have. */
const RISK_STEP = 1_000

function rankOf({ riskLevel, score }: Urgency): number {
  return RISKS[riskLevel] * RISK_STEP + Math.min(RISK_STEP - 1, score)
}

function placeFor(line: readonly Waiting[], rank: number): number {
  let [low, high] = [0, line.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((line[middle]?.rank ?? 0) >= rank) low = middle + 1
    else high = middle
  }
  return low
}
