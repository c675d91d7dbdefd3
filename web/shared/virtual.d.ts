/** Made by web/regions.ts when the apps are built. */
declare module 'virtual:regions' {
  const text: string
  export default text
}
