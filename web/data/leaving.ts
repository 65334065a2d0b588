interface Place {
  readonly pathname: string;
}

/** What a router says about the page that it shows, and the one that it is loading. */
interface Shown {
  readonly state: { readonly location: Place; readonly navigation: { readonly location?: Place | undefined } };
}

let router: Shown | undefined;

/** Names the router of the application, which knows the next page before React draws anything of it. */
export function followRouter(one: Shown): void {
  router = one;
}

/** True while another page is loading, and the previous one is still shown. */
export function isLeaving(): boolean {
  const next = router?.state.navigation.location;
  return next !== undefined && next.pathname !== router?.state.location.pathname;
}
