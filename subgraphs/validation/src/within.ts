import { coded } from '@lighthouse/chassis/errors'

/**
 * Waits for an answer no longer than `limitMs`; rejects with DEADLINE_EXCEEDED then. What comes later is nobody's: it
 * neither resolves nor rejects anything.
 */
export function within<T>(answer: Promise<T>, limitMs: number, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(coded('DEADLINE_EXCEEDED', `${name} took longer than ${limitMs} ms.`))
    const timer = setTimeout(late, limitMs)
    answer.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** What is left of a request's time, at most `mostMs`; never less than 1 ms, so that what is quick is still heard. */
export function timeLeft({ deadlineAt }: { readonly deadlineAt: number }, mostMs: number): number {
  return Math.max(1, Math.min(mostMs, deadlineAt - Date.now()))
}
