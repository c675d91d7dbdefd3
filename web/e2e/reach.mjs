/*
 * The apps for everybody: at the 320 pixels that a page of 1280 has left at four times its size, from
 * the keyboard alone, and with little motion, or none for those who want none. With names of parts
 * behind it (small, keys, motion), only those.
 */
import { goMember, goPlatform, goShop, MEMBER, PLATFORM, SHOP } from './screens.mjs'
import { done, eyes, is, ok, PASSWORD, shut, stage } from './stage.mjs'

async function member(town, look, see, who = 'lin') {
  await look.signIn('/member', who)
  for (const [name, path] of Object.entries(MEMBER)) {
    await goMember(look, path)
    await see(name)
  }
}

async function shop(town, look, see) {
  await look.signIn('/shop', 'boss')
  for (const screen of SHOP) {
    await goShop(town, look, screen)
    await see(screen.replace('/', '-'))
  }
}

async function platform(town, look, see) {
  await look.signIn('/platform', 'op')
  for (const [name, path] of PLATFORM) {
    await goPlatform(town, look, path)
    await see(name)
  }
}

/* --- 320 pixels ------------------------------------------------------------------------------------ */

async function small(town) {
  for (const [walk, language] of [[member, 'zh-CN'], [member, 'en'], [shop, 'zh-CN'], [shop, 'en'], [platform, 'zh-CN']]) {
    const look = await eyes(town, { size: 'small', language })
    await walk(town, look, async (name) => {
      await look.shot(name, { full: true })
      await look.fits(name)
    })
    await look.end()
  }
}

/* --- from the keyboard alone ----------------------------------------------------------------------- */

/* In the page: what has the focus, and whether that can be seen. */
function focused() {
  const one = document.activeElement
  const box = one.getBoundingClientRect()
  /* A field shows it on what it stands in. */
  const ring = [one, one.closest('label')].filter(Boolean).some((two) => {
    const style = getComputedStyle(two)
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
  })
  const within = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return {
    seen: one === document.body || (ring && within && one.checkVisibility({ opacityProperty: true })),
    html: `${one.outerHTML.slice(0, 100)} ${ring ? '' : 'no ring'} ${within ? '' : `out at ${box.left},${box.top}`}`,
  }
}

/** What has the focus, and whether it is seen within twenty frames: even no motion takes one or two. */
async function settled(look) {
  let now = await look.page.evaluate(focused)
  for (let frames = 0; frames < 20 && !now.seen; frames += 1) {
    await look.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)))
    now = await look.page.evaluate(focused)
  }
  return now
}

/** Tabs on until what is wanted has the focus; notes whatever had it unseen. */
async function tabTo(look, selector, unseen) {
  for (let times = 0; times < 150; times += 1) {
    if (await look.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return
    await look.page.keyboard.press('Tab')
    const now = await settled(look)
    if (!now.seen) unseen.push(now.html)
  }
  throw new Error(`the keyboard does not come to ${selector}`)
}

const press = async (look, selector, unseen, key = 'Enter') => {
  await tabTo(look, selector, unseen)
  await look.page.keyboard.press(key)
}

/** A sheet takes the focus, keeps it, closes at Escape and gives it back to what opened it. */
async function sheet(look, opener, dialog, unseen) {
  await press(look, opener, unseen)
  await look.page.locator(dialog).first().waitFor()
  const inside = () => look.page.evaluate((of) => document.activeElement === document.body || Boolean(document.activeElement.closest(of)), dialog)
  await look.page.waitForFunction((of) => document.activeElement.closest(of), dialog)
  let kept = true
  for (let times = 0; times < 12; times += 1) {
    await look.page.keyboard.press('Tab')
    kept &&= await inside()
  }
  ok(kept, `a sheet keeps the focus: ${opener} ${look.tag}`)
  await look.page.keyboard.press('Escape')
  await look.page.locator(dialog).first().waitFor({ state: 'hidden' })
  const back = await look.page.waitForFunction((of) => document.activeElement.matches(of), opener, { timeout: 60_000 }).catch(() => null)
  ok(back, `Escape closes it, and gives the focus back: ${opener} ${look.tag}`, (await look.page.evaluate(focused)).html)
}

async function signsIn(look, app, name) {
  await look.page.goto(`${look.url}${app}`)
  await look.page.waitForSelector('input[name=username]')
  await tabTo(look, 'input[name=username]', [])
  await look.page.keyboard.type(name)
  await look.page.keyboard.press('Tab')
  await look.page.keyboard.type(PASSWORD)
  await look.page.keyboard.press('Enter')
  await look.page.waitForSelector('input[name=password]', { state: 'detached' })
}

async function memberKeys(look, unseen) {
  await signsIn(look, '/member', 'lin')
  await sheet(look, '[data-balance]', 'dialog', unseen)
  await press(look, 'a[href="#/pay"]', unseen)
  await press(look, 'a[href="#/shops"]', unseen)
  await look.page.locator('.to-shop').first().waitFor()
  await press(look, '.to-shop', unseen)
  await tabTo(look, 'input[name=amount]', unseen)
  await look.page.keyboard.type('23.45')
  await press(look, 'button.main.wide', unseen)
  await look.page.locator('dl.terms').waitFor()
  await look.page.locator('button.main.wide:not([disabled])').waitFor()
  await press(look, 'button.main.wide', unseen)
  await look.page.locator('.sandbox').waitFor()
  await press(look, '.sandbox button.main', unseen)
  await look.page.locator('.result.done').waitFor()
  ok(true, `a member pays from the keyboard alone: ${look.tag}`)
}

async function shopKeys(look, unseen) {
  await signsIn(look, '/shop', 'boss')
  await tabTo(look, '.skip', unseen)
  await tabTo(look, 'input[name=amount]', unseen)
  await look.page.keyboard.type('18.80')
  await press(look, '.actions .button.main', unseen)
  await look.page.locator('[data-charge] .qr img').waitFor()
  ok(true, `a shop shows a code from the keyboard alone: ${look.tag}`)
  await press(look, 'a[href="#/settlement"]', unseen)
  await look.page.locator('button[data-receivable]').waitFor()
  await sheet(look, 'button[data-receivable]', 'dialog', unseen)
}

async function platformKeys(look, unseen) {
  await signsIn(look, '/platform', 'op')
  await press(look, '.skip', unseen)
  is(await look.page.evaluate(() => document.activeElement.id), 'content', `the keyboard skips the menu: ${look.tag}`)
  await look.page.reload()
  await look.page.waitForSelector('#content h1')
  await press(look, 'a[href="#/members"]', unseen)
  await look.page.locator('[data-make]').waitFor()
  await sheet(look, '[data-make]', '.el-overlay-dialog', unseen)
  await tabTo(look, 'input[name=find]', unseen)
  await look.page.keyboard.type('lin')
  await look.page.keyboard.press('Enter')
  await press(look, 'a[href="#/members/lin"]', unseen)
  await look.page.locator('button.reason').first().waitFor()
  await sheet(look, 'button.reason', '.el-drawer.rtl', unseen)
}

async function keys(town) {
  for (const walk of [memberKeys, shopKeys, platformKeys]) {
    const look = Object.assign(await eyes(town, { size: 'desk', language: 'en' }), { url: town.url })
    const unseen = []
    await walk(look, unseen)
    ok(unseen.length === 0, `what has the focus can be seen: ${walk.name} ${look.tag}`, unseen.join('\n'))
    await look.shot(`keys-${walk.name}`)
    await look.end()
  }
}

/* --- motion ------------------------------------------------------------------------------------------ */

/** How long, in milliseconds, what moves takes at most, looked at from frame to frame while something opens. */
const moves = async (look, open) => {
  await look.page.locator(open).first().waitFor()
  return look.page.evaluate(
    (selector) =>
      new Promise((found) => {
        let longest = 0
        let frames = 0
        const see = () => {
          for (const one of document.getAnimations()) longest = Math.max(longest, Number(one.effect.getComputedTiming().duration) || 0)
          frames += 1
          if (frames < 20) requestAnimationFrame(see)
          else found(longest)
        }
        document.querySelector(selector).click()
        see()
      }),
    open,
  )
}

async function motion(town) {
  for (const wanted of [true, false]) {
    const look = await eyes(town, { size: 'desk', motion: wanted })
    const most = wanted ? 200 : 1
    await look.signIn('/platform', 'op')
    await goPlatform(town, look, '/members')
    const dialog = await moves(look, '[data-make]')
    ok(dialog <= most, `what moves takes at most ${most} ms: dialog ${look.tag}`, dialog)
    await goPlatform(town, look, '/members/lin')
    const drawer = await moves(look, 'button.reason')
    ok(drawer <= most, `what moves takes at most ${most} ms: drawer ${look.tag}`, drawer)
    await look.end()
    const phone = await eyes(town, { motion: wanted })
    await phone.signIn('/member', 'lin')
    await goMember(phone, '/me/offers')
    const toggle = await moves(phone, '[role=switch]')
    ok(toggle <= most, `what moves takes at most ${most} ms: switch ${phone.tag}`, toggle)
    await phone.end()
  }
}

const PARTS = { small, keys, motion }
const wanted = process.argv.slice(2)
const large = { cmd: 'order.pay', id: 'large', member: 'mei', shop: 'own-mall', amount: '99999999999.99', at: '2025-05-01T09:00:00+08:00' }
const town = await stage({ options: ['--join'], more: [large] })
for (const [name, run] of Object.entries(PARTS)) if (!wanted.length || wanted.includes(name)) await run(town)
await shut()
await town.end()
done()
