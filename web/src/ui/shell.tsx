import { Outlet, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { isCold } from '../live/connection.js'
import { useConsole } from './console-context.js'
import { useKeys } from './keys.js'
import { PLACES } from './places.js'
import { preload } from './preload.js'
import { nextTheme, Rail } from './rail.js'
import { Skeleton } from './states.js'
import { SignIn } from './sign-in.js'
import { chooseTheme, useTheme } from './theme.js'
import { TopBar } from './top-bar.js'

const loadPalette = () => import('./palette.js')
const loadShortcuts = () => import('./shortcuts-sheet.js')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const ShortcutsSheet = lazy(async () => ({ default: (await loadShortcuts()).ShortcutsSheet }))

const FOLDED_AS = 'lighthouse.rail'

function wasFolded(): boolean {
  try {
    return localStorage.getItem(FOLDED_AS) === 'folded'
  } catch {
    return false
  }
}

/** The frame around every view: rail, top bar, overlays and the shortcuts that work anywhere. */
export function Shell() {
  const { live } = useConsole()
  const navigate = useNavigate()
  const { phase } = useSyncExternalStore(live.connection.subscribe, live.connection.read)
  const { chosen } = useTheme()
  const [overlay, setOverlay] = useState<'palette' | 'shortcuts'>()
  const [folded, setFolded] = useState(wasFolded)

  // Fetched once the page has nothing else to do: what is typed right after Ctrl-K must not be lost to a download.
  useEffect(() => {
    const handle = requestIdleCallback(() => {
      preload(loadPalette)
      preload(loadShortcuts)
    })
    return () => cancelIdleCallback(handle)
  }, [])
  const fold = (): void => {
    setFolded(!folded)
    try {
      localStorage.setItem(FOLDED_AS, folded ? 'open' : 'folded')
    } catch {
      // Storage is forbidden: folded until the page is left.
    }
  }
  useKeys({
    'mod+k': () => setOverlay((open) => (open === 'palette' ? undefined : 'palette')),
    '?': () => setOverlay('shortcuts'),
    '[': fold,
    p: () => (phase === 'paused' ? live.resume() : live.pause()),
    t: () => chooseTheme(nextTheme(chosen)),
    ...Object.fromEntries(PLACES.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })])),
  })

  if (phase === 'signed-out') return <SignIn />
  return (
    <div className="flex h-full" data-cold={isCold(phase)}>
      <Rail folded={folded} onFold={fold} onShortcuts={() => setOverlay('shortcuts')} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onPalette={() => setOverlay('palette')} />
        <main className="min-h-0 flex-1 overflow-y-auto">
          <Suspense fallback={<Skeleton />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Suspense>
        {overlay === 'palette' && (
          <Palette
            onClose={() => setOverlay(undefined)}
            onShortcuts={() => setOverlay('shortcuts')}
            onFold={fold}
          />
        )}
        {overlay === 'shortcuts' && <ShortcutsSheet onClose={() => setOverlay(undefined)} />}
      </Suspense>
    </div>
  )
}
