/** A number as it is read: figures and unit apart, because the unit is set lighter. */
export interface Quantity {
  readonly figure: string
  readonly unit: string
}

export const NONE: Quantity = { figure: '–', unit: '' }

/** Three significant digits without an exponent: 850, 12.4, 1.24. */
function three(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value.toFixed(value >= 10 ? 1 : 2)
}

/** A duration in ms, scaled to be read: 850 µs, 12.4 ms, 1.2 s, 2 min 5 s. Missing or negative is a dash. */
export function duration(ms: number | null | undefined): Quantity {
  if (ms === null || ms === undefined || Number.isNaN(ms) || ms < 0) return NONE
  if (ms === 0) return { figure: '0', unit: 'ms' }
  if (ms < 0.9995) return { figure: ms < 0.00095 ? '<1' : three(ms * 1_000).replace(/\.0+$/, ''), unit: 'µs' }
  if (ms < 999.5) return { figure: three(ms), unit: 'ms' }
  const seconds = ms / 1_000
  if (seconds < 59.95) return { figure: seconds.toFixed(1), unit: 's' }
  const whole = Math.round(seconds)
  if (whole < 3_600) return { figure: `${Math.floor(whole / 60)} min ${whole % 60}`, unit: 's' }
  return { figure: `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)}`, unit: 'min' }
}

/** A rate per second: 0.42 /s, 12.4 /s, 1.2 k/s. */
export function rate(perSecond: number | null | undefined): Quantity {
  if (perSecond === null || perSecond === undefined || Number.isNaN(perSecond)) return NONE
  if (perSecond === 0) return { figure: '0', unit: '/s' }
  if (perSecond >= 999_500) return { figure: three(perSecond / 1_000_000), unit: 'M/s' }
  if (perSecond >= 9_995) return { figure: three(perSecond / 1_000), unit: 'k/s' }
  if (perSecond >= 999.5) return { figure: grouped(perSecond), unit: '/s' }
  return { figure: perSecond < 0.005 ? '<0.01' : three(perSecond), unit: '/s' }
}

/** A part of one as per cent: 0 %, 0.04 %, 99.2 %, 100 %. */
export function percent(part: number | null | undefined): Quantity {
  if (part === null || part === undefined || Number.isNaN(part)) return NONE
  const value = part * 100
  if (value === 0) return { figure: '0', unit: '%' }
  if (value === 100) return { figure: '100', unit: '%' }
  if (value < 0.005) return { figure: '<0.01', unit: '%' }
  // Not quite all is never written as all.
  if (value > 99.95) return { figure: '>99.9', unit: '%' }
  return { figure: value >= 10 ? value.toFixed(1) : value.toFixed(2), unit: '%' }
}

const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

function grouped(value: number): string {
  return GROUPED.format(value)
}

/** A whole number with thousands apart: 1,204. */
export function count(value: number | null | undefined): Quantity {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE
  return { figure: grouped(value), unit: '' }
}

/** A quantity in one string, with a no-break space before the unit. */
export function said({ figure, unit }: Quantity): string {
  return unit === '' ? figure : `${figure}\u00a0${unit}`
}

/** A quantity as short as an axis takes it: 50 ms, not 50.0 ms. */
export function axisLabel(quantity: Quantity): string {
  const figure = quantity.figure.includes('.') ? quantity.figure.replace(/\.?0+$/, '') : quantity.figure
  return said({ ...quantity, figure })
}
