//! Maximum over 2 × 2 places by candle's own operations, on any device. On the CPU a convolution does it itself
//! (`conv::conv_relu_pool`), and tests compare the two.

use candle_core::{Result, Tensor, bail};

/// (images, channels, height, width) → (images, channels, height / 2, width / 2). An odd last row or column is left
/// out, as candle does.
///
/// Not by candle's `max_pool2d`: the gradient of that (0.11) is a quarter of what it should be where a window has one
/// maximum. Here each of several equal maxima gets the whole gradient.
///
/// # Errors
/// If the shape is another.
pub fn max_pool(x: &Tensor) -> Result<Tensor> {
    let (images, channels, height, width) = x.dims4()?;
    let (rows, columns) = (height / 2, width / 2);
    if rows == 0 || columns == 0 {
        bail!("max_pool: {height} × {width} is less than one window");
    }
    let whole = x.narrow(2, 0, 2 * rows)?.narrow(3, 0, 2 * columns)?;
    let windows = whole
        .contiguous()?
        .reshape((images * channels, rows, 2, columns, 2))?;
    windows
        .max(4)?
        .max(2)?
        .reshape((images, channels, rows, columns))
}
