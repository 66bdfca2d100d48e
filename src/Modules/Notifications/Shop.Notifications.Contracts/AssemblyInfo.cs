// Nobody asks anything of Notifications: it only listens. This project is here so that it can be asked one day without a new wall.
