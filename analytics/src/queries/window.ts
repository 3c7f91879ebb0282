const DURATION =
  /^P(?=\d|T\d)(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/
const UNIT_S = [604_800, 86_400, 3_600, 60, 1] as const
const MAX_WINDOW_S = 400 * 86_400

/**
 * Seconds of an ISO 8601 duration of weeks, days, hours, minutes and whole seconds, such as PT5M or P7D. Undefined for
 * anything else, for zero, and for more than 400 days.
 */
export function windowSeconds(text: string): number | undefined {
  const parts = DURATION.exec(text)?.slice(1)
  if (parts === undefined) return undefined
  const seconds = UNIT_S.reduce((sum, unit, index) => sum + unit * Number(parts[index] ?? 0), 0)
  return seconds >= 1 && seconds <= MAX_WINDOW_S ? seconds : undefined
}
