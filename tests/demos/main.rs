//! The demos without a server: their data, their mathematics, their training.

mod augment;
mod backbones;
mod closed_form;
mod conv;
mod data;
mod data_folder;
mod data_idx;
mod device;
mod gradients;
mod head;
mod interpret;
mod layer;
mod live;
mod looked;
mod losses;
mod measures;
mod own_data;
mod parts;
mod placing;
mod recorded;
mod training;
mod tsne;
