/// The front end of anywidget, which is written as a module for RequireJS; the build makes it one of ours.
declare module "anywidget" {
  const make: (base: unknown) => { readonly AnyModel: unknown; readonly AnyView: unknown };
  export default make;
}
