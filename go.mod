module github.com/seed-6092453b/ferry

go 1.26
