// What JSX becomes (web/build.js injects it): calls with the children as arguments are shorter than the automatic kind.
// The names are such that nothing local hides them.
export { Fragment as jsxFragment, h as jsxCall } from 'preact';
