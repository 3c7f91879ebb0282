import { useSyncExternalStore } from 'react'

export const THEMES = ['system', 'dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

const STORED_AS = 'lighthouse.theme'
const listeners = new Set<() => void>()
const system = matchMedia('(prefers-color-scheme: light)')

function stored(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(STORED_AS)) ?? 'system'
  } catch {
    return 'system'
  }
}

let chosen = stored()

/** The theme on the screen now. */
export function shownTheme(): 'dark' | 'light' {
  if (chosen !== 'system') return chosen
  return system.matches ? 'light' : 'dark'
}

function apply(): void {
  document.documentElement.dataset['theme'] = shownTheme()
  for (const listener of listeners) listener()
}

system.addEventListener('change', apply)

/** Keeps and shows a theme. Colours live on <html>, so portals have them too. */
export function chooseTheme(theme: Theme): void {
  chosen = theme
  try {
    localStorage.setItem(STORED_AS, theme)
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
  }
  apply()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The chosen theme and the one that is shown. */
export function useTheme(): { readonly chosen: Theme; readonly shown: 'dark' | 'light' } {
  const choice = useSyncExternalStore(subscribe, () => chosen)
  const shown = useSyncExternalStore(subscribe, shownTheme)
  return { chosen: choice, shown }
}

/** A colour token as the canvas takes it, for example `--p95`. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
