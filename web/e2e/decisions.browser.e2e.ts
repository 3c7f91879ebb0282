import type { Page } from '@playwright/test'
import { expect, open, test } from './world.js'

const rows = (page: Page) => page.getByRole('grid', { name: 'Decisions' }).locator('[data-key]')

test('shows past decisions and each new one as it is made', async ({ page, golden }) => {
  await open(page, golden, '/decisions')
  await expect(rows(page).first()).toBeVisible()
  const newest = await rows(page).first().getAttribute('data-key')
  await expect(rows(page).first()).not.toHaveAttribute('data-key', newest ?? '')
  const keys = await rows(page).evaluateAll((all) => all.map((row) => row.getAttribute('data-key')))
  expect(new Set(keys).size).toBe(keys.length)
})

test('says each decision by shape, colour and word', async ({ page, golden }) => {
  await open(page, golden, '/decisions')
  await expect(rows(page).filter({ hasText: 'rm -rf /' }).first()).toContainText('■Block')
  await expect(rows(page).filter({ hasText: 'ls -la' }).first()).toContainText('●Allow')
  await expect(rows(page).filter({ hasText: 'npm install' }).first()).toContainText('▲Escalate')
})

test('filters by kind and text, in the URL', async ({ page, golden }) => {
  await open(page, golden, '/decisions')
  await page.getByRole('button', { name: /^Block/ }).click()
  await expect(page).toHaveURL(/only=BLOCK/)
  await expect(rows(page).filter({ hasText: 'Allow' })).toHaveCount(0)
  await page.keyboard.press('/')
  await page.keyboard.type('chmod')
  await expect(rows(page).filter({ hasText: 'rm -rf' })).toHaveCount(0)
  await expect(rows(page).first()).toContainText('chmod -R 777 /etc')
})

test('keeps new rows back while the pointer is in the feed, and counts them', async ({ page, golden }) => {
  await open(page, golden, '/decisions')
  await rows(page).nth(3).hover()
  const first = await rows(page).first().getAttribute('data-key')
  const more = page.getByRole('button', { name: /^Show \d+ new$/ })
  await expect(more).toBeVisible()
  await expect(rows(page).first()).toHaveAttribute('data-key', first ?? '')
  await more.click()
  await expect(rows(page).first()).not.toHaveAttribute('data-key', first ?? '')
})

test('explains a decision: reason, rule, tiers, consultation, agent, events, and its walk', async ({
  page,
  golden,
}) => {
  await open(page, golden, '/decisions?id=dec-000000b7')
  const drawer = page.getByRole('dialog', { name: 'npm install left-pad' })
  await expect(drawer).toContainText('Installs code from the network.')
  await expect(drawer).toContainText('network/package-install')
  await expect(drawer.getByRole('table', { name: /^Tiers asked/ }).getByRole('row')).toHaveCount(5)
  await expect(drawer.getByRole('row', { name: /Expert .* ms answered/ })).toBeVisible()
  await expect(drawer).toContainText('84.0 % sure, quorum of 1')
  await expect(drawer).toContainText('VALIDATION_DECISION_MADE')
  await expect(drawer).toContainText(/Agent \w+ \(agent\)/)
  await drawer.getByRole('link', { name: /^[0-9a-f]{32}$/ }).click()
  await expect(page).toHaveURL(/\/walk\?trace=/)
  await expect(page.locator('[data-stop="append"]')).toBeVisible()
})

test('[P-046] explains how the call was understood: effects, the stretch that decided, rules, what would change it', async ({
  page,
  golden,
}) => {
  await open(page, golden, '/decisions?id=dec-000000b7')
  const drawer = page.getByRole('dialog', { name: 'npm install left-pad' })
  await expect(drawer.locator('mark')).toHaveText('npm install left-pad')
  const effects = drawer.getByRole('table', { name: 'What the call was understood to do' })
  await expect(effects.getByRole('row')).toContainText(['shell/run', 'network/package-install'])
  const tiers = drawer.getByRole('table', { name: 'What each tier would answer, in order' })
  await expect(tiers.getByRole('row')).toContainText(['Memory', 'Policy', 'Pattern', 'Redis', 'Expert'])
  await expect(tiers).toContainText('Experts would be asked; an explanation asks nobody.')
  await expect(drawer).toContainText('▲Escalate')
  await expect(drawer.getByText('without "npm install left-pad"')).toBeVisible()
  await drawer.getByText('Parsed').click()
  await expect(drawer.getByText(/^script\n {2}command/)).toBeVisible()
})

test('[P-046] marks in the command what an effect, a rule or a change is about, by keyboard alone', async ({
  page,
  golden,
}) => {
  await open(page, golden, '/decisions?id=dec-000000b7')
  const drawer = page.getByRole('dialog', { name: 'npm install left-pad' })
  const [effect, rule] = [
    drawer.getByRole('button', { name: /^shell\/run/ }),
    drawer.getByRole('listitem').getByRole('button', { name: /^network\/package-install/ }),
  ]
  await expect(rule).toHaveAttribute('aria-pressed', 'true')
  await effect.focus()
  await page.keyboard.press('Enter')
  await expect(drawer.locator('mark')).toHaveText('npm ')
  await expect(effect).toHaveAttribute('aria-pressed', 'true')
  await rule.focus()
  await page.keyboard.press('Space')
  await expect(drawer.locator('mark')).toHaveText('npm install left-pad')
  await page.keyboard.press('Escape')
  await expect(drawer).toHaveCount(0)
})

test('says when the call of a decision is not held any more', async ({ page, golden }) => {
  await open(page, golden, '/decisions?id=dec-000000bc')
  await expect(page.getByRole('dialog')).toContainText('The call is not held any more')
})

test('says when a decision is not held any more', async ({ page, golden }) => {
  await open(page, golden, '/decisions?id=dec-ffffffff')
  await expect(page.getByRole('dialog')).toContainText('This decision is not held any more')
})
