/// Slow, obvious versions of every kernel, in `Double`, to test the fast ones against. Shapes are
/// those of the kernels; arrays are row-major.
public enum Reference {}
