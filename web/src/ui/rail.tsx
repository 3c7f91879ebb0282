import { Link } from '@tanstack/react-router'
import { ChevronsLeft, ChevronsRight, Keyboard, Monitor, Moon, Sun } from 'lucide-react'
import { WhoAmI } from '../graph/documents.js'
import { useAnswer } from '../graph/use-answer.js'
import { Beam } from './beam.js'
import { PLACES } from './places.js'
import { chooseTheme, THEMES, type Theme, useTheme } from './theme.js'

const THEME_FACES = {
  system: { word: 'System theme', icon: Monitor },
  dark: { word: 'Dark theme', icon: Moon },
  light: { word: 'Light theme', icon: Sun },
} as const satisfies Record<Theme, unknown>

/** Shows the theme after this one: system, dark, light, system. */
export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
}

const ROW =
  'flex h-8 w-full items-center gap-2.5 rounded-md px-[9px] text-soft hover:bg-hover hover:text-text overflow-hidden whitespace-nowrap'

/** The way between the views. Folded it keeps the icons; words come back as names for screen readers. */
export function Rail(props: { readonly folded: boolean; onFold(): void; onShortcuts(): void }) {
  const { folded } = props
  const { chosen } = useTheme()
  const theme = THEME_FACES[chosen]
  const who = useAnswer(WhoAmI, {}).data?.me
  const word = folded ? 'sr-only' : ''
  return (
    <nav
      aria-label="Views"
      className={`flex shrink-0 flex-col border-r bg-ground px-2 pb-2 ${folded ? 'w-[53px]' : 'w-[184px]'}`}
    >
      <div className="flex h-12 items-center gap-2.5 px-[7px] text-[14px] font-semibold tracking-[-0.01em]">
        <Beam />
        <span className={word}>Lighthouse</span>
      </div>
      <ul className="mt-2 flex flex-col gap-0.5">
        {PLACES.map(({ to, word: name, key, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              className={ROW}
              activeProps={{
                className: 'bg-hover text-text! font-medium shadow-[inset_2px_0_0_var(--beam)]',
              }}
              title={`${name} (g ${key})`}
            >
              <Icon size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
              <span className={word}>{name}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="mt-auto flex flex-col gap-0.5">
        <button
          type="button"
          className={ROW}
          title={`${theme.word} (t)`}
          onClick={() => chooseTheme(nextTheme(chosen))}
        >
          <theme.icon size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
          <span className={word}>{theme.word}</span>
        </button>
        <button type="button" className={ROW} title="Shortcuts (?)" onClick={props.onShortcuts}>
          <Keyboard size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
          <span className={word}>Shortcuts</span>
        </button>
        <button
          type="button"
          className={ROW}
          title={folded ? 'Unfold ([)' : 'Fold ([)'}
          aria-expanded={!folded}
          onClick={props.onFold}
        >
          {folded ? (
            <ChevronsRight size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
          ) : (
            <ChevronsLeft size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
          )}
          <span className={word}>{folded ? 'Unfold the rail' : 'Fold'}</span>
        </button>
        {who !== undefined && !folded && (
          <div className="mt-1 border-t px-[9px] pt-2">
            <div className="truncate text-table font-medium" title={who.id}>
              {who.name}
            </div>
            <div className="label lowercase">{who.role.replaceAll('_', ' ')}</div>
          </div>
        )}
      </div>
    </nav>
  )
}
