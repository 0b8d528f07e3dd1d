/// Every kernel once more, slow and obvious, in `Double`: what the fast ones are held against.
/// Shapes are those of the kernels; arrays are row-major.
public enum Reference {}
